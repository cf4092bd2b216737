@phone @display @sealed
Feature: The guide with a sealed code display
  Step 5, part 3, with what people get: a key that the lab does not know, and no link.

  @uses-device
  Scenario: The whole way with a sealed display
    Given step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    Then I see the message "Choose what you want to order/activate" [S5.C.1]
    When I scroll down and tap "Select code display" [S5.C.2]
    Then I see the message "Do you have a code display/audio code reader/chip?" [S5.C.3]
    When I tap "Yes, activate" [S5.C.5a]
    And I create a personal password for my code display and repeat it [S5.C.6a]
    And I enter the serial number found on the back of my code display [S5.C.7]
    And I press the button on my code display and watch it
    Then the press yields exactly one code, in time [S5.C.8a]
    And the code has exactly 6 digits [S5.C.8b]
    When I press the button on my code display
    And I enter the code displayed
    Then "Your MitID code display/audio code reader is now activated and ready to use." is shown [S5.C.8d]
    When I tap "OK"
    And I log in with the password and a new code
    Then I am logged in [S5.C.9]

  Scenario: Another password at the repetition is refused
    Given the guide followed as far as the password
    When I create a password and repeat another one
    Then the screen "Repeat your personal password" reads "The two passwords are not the same." [S5.C.6a]

  Scenario: A number of no device is refused
    Given the guide followed as far as the serial number
    When I enter a serial number of no device
    Then the screen "Enter the serial number" reads "The serial number is not correct." [S5.C.7]

  @uses-device
  Scenario: Any other code leaves it as it is
    Given the guide followed as far as the code
    When I press the button on my code display
    And I enter a wrong code
    Then the screen "Enter the 6-digit one-time code" reads "The code is not correct, or it has been used." [S5.C.8d]

  @reader @uses-device
  Scenario: A reader's way takes no code of the display
    Given the guide followed with my audio code reader as far as the code
    When I press the button on my code display
    And I enter the code displayed
    Then the screen "Enter the 6-digit one-time code" reads "The code is not correct, or it has been used." [RFC6238-3]
    When I press the button on my audio code reader
    And I enter the code displayed
    Then "Your MitID code display/audio code reader is now activated and ready to use." is shown [RFC6238-3]

  @reader @uses-device
  Scenario: At most one sealed device lets one in
    Given my code display is activated
    When I try to activate my audio code reader, too
    Then at most one of the two devices lets me in [H.6]

  @app @sms @uses-app @uses-device
  Scenario: The activation is told
    Given my app is activated on this phone
    And my code display is activated
    Then a message tells that the code device is activated [H.13]

  @two-phones
  Scenario: Somebody else does not activate it, sealed as it is
    When somebody else follows the guide with my code display as far as the serial number on the other phone
    Then the screen "Enter the serial number" reads "The serial number is not correct." on the other phone [CIR2015-1502-2.2.2]
