@phone @display
Feature: Activate a code display
  The guide, step 5, part 3: one Gherkin step for each documented step, in the guide's words.

  Background:
    Given a code display that holds its test key and the right time
    And step 5 of the guide on the phone that scanned my passport

  Scenario: Three ways are offered
    Then the screen "How do you want to authenticate with MitID?" offers "On this phone" [S5.0.1]
    And the screen "How do you want to authenticate with MitID?" offers "App on another phone/tablet" [S5.0.1]
    And the screen "How do you want to authenticate with MitID?" offers "Code display, audio code reader, or chip" [S5.0.1]

  @uses-device
  Scenario: The documented way, items 1 to 9
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
    Then the camera sees the code that the code display says it shows [S5.C.8c]
    When I enter the code displayed
    Then "Your MitID code display/audio code reader is now activated and ready to use." is shown [S5.C.8d]
    When I tap "OK"
    And I log in with the password and a new code
    Then I am logged in [S5.C.9]
    And every text that the phones have shown is of the profile's version [H.11]

  Scenario: Without a device, ordering begins
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    And I scroll down and tap "Select code display" [S5.C.2]
    And I tap "No, order"
    Then I see the message "Order MitID" [S5.C.4]
