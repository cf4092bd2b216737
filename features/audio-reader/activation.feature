@phone @reader
Feature: Activate an audio code reader
  The guide, step 5, part 3, with the device that reads its codes aloud.

  Background:
    Given an audio code reader that holds its test key and the right time

  @uses-device
  Scenario: The documented way, items 1 to 9
    Given step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    And I scroll down and tap "Select audio code reader" [S5.C.2]
    Then I see the message "Do you have a code display/audio code reader/chip?" [S5.C.3]
    When I tap "Yes, activate" [S5.C.5a]
    And I create a personal password for my audio code reader and repeat it [S5.C.6a]
    And I enter the serial number found on the back of my audio code reader [S5.C.7]
    And I press the button on my audio code reader and listen, 1 time
    And I enter the code read aloud
    Then "Your MitID code display/audio code reader is now activated and ready to use." is shown [S5.C.8d]
    When I tap "OK"
    And I log in with the password and a new code
    Then I am logged in [S5.C.9]
