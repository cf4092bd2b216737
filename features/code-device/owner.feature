@display
Feature: A code device is its owner's, and its key is its own
  Activation reaches the person whom the device was issued to, and no device has the key of another.

  Background:
    Given a code display that holds its test key and the right time

  @two-phones
  Scenario: Somebody else does not activate it, even with the device in hand
    When somebody else follows the guide with my code display as far as the serial number on the other phone
    Then the screen "Enter the serial number" reads "The serial number is not correct." on the other phone [CIR2015-1502-2.2.2]

  @phone @two-displays @uses-device
  Scenario: Each device has a key of its own
    Given another code display that holds its test key and the right time
    And the guide followed with the other code display as far as the code
    When I press the button on my code display
    And I enter the code displayed
    Then the screen "Enter the 6-digit one-time code" reads "The code is not correct, or it has been used." [RFC6238-3]
    When I press the button on the other code display
    And I enter the code displayed
    Then "Your MitID code display/audio code reader is now activated and ready to use." is shown [RFC6238-3]
